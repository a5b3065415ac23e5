"""The contract on the broker: one pydantic model per topic, and the topics. Golden payloads: tests/contract/."""
