"""`python -m extractor_ec2`."""

from extractor_ec2.cli import main

if __name__ == "__main__":
    main()
