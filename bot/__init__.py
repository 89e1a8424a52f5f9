"""Where Duly meets people and the clock. The only package that may import all the others."""
