"""What a tired engineer might change in the product: each change must make a test fail."""
