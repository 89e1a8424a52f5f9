"""What answers mean: plain functions over answers. They name facts, say nothing to people and decide no order."""
