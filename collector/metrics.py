"""What the collector counts, for Prometheus. Names and help are the documentation.

Everybody may read figures, and on the evening of a single table a figure of the house is one of that table. So nothing
is counted that follows from hidden cards: no alert of `live/alert`, no live message, no question to the equity worker.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    """Counters of one collector process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self.card_to_topic = Histogram(
            "ebs_card_to_topic_seconds",
            "From detection at the node (its age_ms, plus our work) to the message on the live topic",
            registry=registry,
            buckets=_SECONDS,
        )
        self.commit = Histogram("ebs_commit_seconds", "One group commit", registry=registry, buckets=_SECONDS)
        self.waiting = Gauge("ebs_log_wal_bytes", "Size of the log's write-ahead file", registry=registry)
        self.batch = Histogram(
            "ebs_commit_facts", "Facts in one commit", registry=registry, buckets=(1, 2, 5, 10, 20, 50, 100, 256)
        )
        self.facts = Counter("ebs_facts", "Facts logged", ["kind"], registry=registry)
        self.commands = Counter("ebs_commands", "Commands decided", ["result"], registry=registry)
        self.repeats = Counter("ebs_device_events_repeated", "Device events that were in the log", registry=registry)
        self.dropped = Counter("ebs_payloads_dropped", "Payloads dropped as bad", ["reason"], registry=registry)
        self.alerts = Counter("ebs_alerts", "Alerts to the floor", ["code"], registry=registry)
        self.published = Counter("ebs_messages_published", "Feed messages", ["channel"], registry=registry)
        self.queue = Gauge("ebs_ingest_queue_depth", "Messages waiting to be taken", registry=registry)
        self.records = Gauge(
            "ebs_projection_queue_depth", "Finished hands waiting for the read model", registry=registry
        )
        self.connected = Gauge("ebs_broker_connected", "1 while connected to the broker", registry=registry)
        self.days_left = Gauge(
            "ebs_certificate_days_left", "Days until a certificate ends", ["certificate"], registry=registry
        )
        self.nodes = Gauge("ebs_nodes_online", "Nodes whose last status is online", registry=registry)
