"""How the bundled stories are recorded: a house of namespaces, real programs in it, and a plot for each story."""
