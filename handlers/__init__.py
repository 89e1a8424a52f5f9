"""What Duly does: one file per thing an officer does, and the engine of the guided talk."""
