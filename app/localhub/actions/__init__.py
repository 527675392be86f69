"""What happens on the hub, one module for a family of deeds: each changes the world and sends its events.

People do these things through the handle of `hub`, the app through `rest`; the effects are the same.
"""
