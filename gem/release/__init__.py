"""What is shipped besides the functions: built from a checkout, named in a manifest, put into the artifact bucket."""
