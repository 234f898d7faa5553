"""Files of settings: found, read strictly with their lines, and merged into what is in force."""
