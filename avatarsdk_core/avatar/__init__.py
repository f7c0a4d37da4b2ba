"""What an export is: its files, parts, textures and masks, told from structure and promised names. No network."""
