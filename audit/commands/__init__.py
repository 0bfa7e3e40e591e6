"""What `audit …` runs, one file each."""
