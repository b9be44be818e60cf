"""What running the pipeline costs: a sheet computed from declared, dated inputs."""
