"""Delivery of an answer on the wire: plans as steps, pending deliveries and faults."""
