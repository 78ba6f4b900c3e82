"""Events, commands, the bus, the outbox and the unit of work: ports without technology."""
