"""The screens, one package each; they never import one another."""
