"""The setup: companies, channels, payment methods, hierarchies; its file, and what makes it sound."""
