"""What is proven once a boot has reached its broker: a configuration and an application on trial. Loaded for that."""

from edge.flash import exists


def prove(node, keeper):
    """Prove what this boot tried, and have the node answer whoever asked for it."""
    outcomes = [keeper.prove()] if keeper else []
    if node.application_folder and exists(node.application_folder + "/active"):
        from edge import update_slots

        outcomes.append(update_slots.prove(node.application_folder))
    for outcome in outcomes:
        if outcome:
            node.answer(*outcome)
