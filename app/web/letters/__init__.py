"""The letter itself: check the answers, read it, seal it, take its files away. It must never change a sealed letter."""
