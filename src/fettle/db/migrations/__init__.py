"""Forward steps from every release to this one."""
