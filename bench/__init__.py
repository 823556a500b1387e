"""``make bench``: the goals of this project's speed, each as a ratio within one run."""
