"""Recipes, fitting a branch or a whole model, resume."""
