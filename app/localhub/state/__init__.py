"""What the hub remembers: plain records without behaviour, and the world that holds them."""
