"""What one bodega says to another, and to whoever manages it: messages, without a transport."""
