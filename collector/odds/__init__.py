"""Which equity question a table asks. The counting is in `collector/equity`."""
