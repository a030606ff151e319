"""The other side of proof: what somebody needs who has a pack, and trusts neither the server nor its people."""
