"""The same pipeline on one machine: stand-ins that are never deployed and that no runtime imports."""
