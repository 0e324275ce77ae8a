from hypothesis import settings

# The same examples in every run, and no verdict on time: a slow machine is no failure.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
