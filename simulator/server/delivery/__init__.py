"""How an answer is put on the wire: plans as steps, pending deliveries and faults."""
