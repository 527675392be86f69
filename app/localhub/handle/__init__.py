"""The methods of the hub's handle, by who does them: people, owners and other apps, and tests that look on."""
