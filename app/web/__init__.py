"""What the server shows: the edge for webhooks, health, status."""
