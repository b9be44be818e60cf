"""The same pipeline on one machine: stand-ins for AWS and for the source, never deployed and never imported by the runtimes."""
