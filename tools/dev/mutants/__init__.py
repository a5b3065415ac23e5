"""Plants small faults, one at a time, and says which of them no test notices: `make mutants`.

Knows how a fault is found (`faults`), drawn (`draw`), tried (`trial`) and reported (`report`). Knows no room by itself
but for its share of a draw. Used on a development machine; nothing of the product imports it.
"""
