"""Pages of one drawing or one letter: filled, safe with any data, without script or network."""
