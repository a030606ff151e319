"""THE OTHER SIDE: what a program on another machine needs to speak with a server; it takes Python alone."""
