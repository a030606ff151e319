"""Reports on paper: what `domain` says they hold, set in type by Typst, in a process apart."""
