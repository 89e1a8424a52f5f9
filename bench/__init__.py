"""How fast Duly is, each figure beside the bare work it cannot beat, measured in the same run."""
