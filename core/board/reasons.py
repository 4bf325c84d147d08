"""Why a number of the leaderboard is missing, in words."""

IS_STATIC = "it is a static network: there is no base to compare it with"
NO_BASE = "the static network that it lives in is not known"
BASE_NOT_JUDGED = "the static network that it lives in has not been judged alike"
BASE_IS_ZERO = "its static network has 0, so there is no ratio"
NOT_TIMED = (
    "it has not been timed: Latency on the page Evaluate, or dyncell evaluate ... --latency, does"
)
TRIAL_NOT_TIMED = "its search did not time it: only one with the objective latency does"
NOT_JUDGED = "it has not been judged on a dataset yet"
TRIAL_ONLY = "a trial of a search does not measure it"
MODEL_ONLY = "only trials of a search have it"
NOT_KEPT = "the model is not in the registry, so its sizes are not known"
NO_NUMBER = "what was measured is no finite number"
NOT_MEASURED = "this evaluation did not measure it"
