"""Every error that Comity raises on purpose.

    ComityError
    |-- DataError          a table, a file or an array that is not a world economy
    |   |-- UnbalancedError    the accounts do not close: names the identity, the place, the size
    |-- ScenarioError      a policy file or rule that cannot be read or applied
    |   |-- UnknownName        a region, sector, grouping or option that does not exist
    |-- ClosureError       a combination of model choices that has no meaning
    |-- SolveError         no certified equilibrium
    |   |-- NotConverged       the iteration stopped before its tolerance
    |   |-- NoEquilibrium      no admissible equilibrium: a region cannot pay, a sector has no source
    |   |-- NotCertified       a condition of the certificate fails
    |   |-- Unreachable        no amount brings about what a goal or a purchase commitment asks for
    |-- MissingExtra       an optional dependency is needed; says how to install it

Each message says what is wrong, the value, where, and what to try.
"""


class ComityError(Exception):
    """Root of all errors that Comity raises on purpose; the command line shows it and ends with its `exit_code`."""

    exit_code = 1


class DataError(ComityError):
    """A table, file or array that is not a world economy."""

    exit_code = 3


class UnbalancedError(DataError):
    """The accounts do not close; the message names the identity, the place and the size."""


class ScenarioError(ComityError):
    """A policy file or rule that cannot be read or applied."""

    exit_code = 2


class UnknownName(ScenarioError):
    """A region, sector, grouping, world or option that does not exist; the message gives the nearest valid names."""


class ClosureError(ScenarioError):
    """A combination of model choices that has no meaning; the message says why."""


class SolveError(ComityError):
    """No certified equilibrium."""

    exit_code = 4


class NotConverged(SolveError):
    """The iteration stopped before its tolerance."""


class NoEquilibrium(SolveError):
    """There is no admissible equilibrium: a region cannot pay its transfer, a sector has no source."""


class NotCertified(SolveError):
    """A solution fails a condition of the certificate."""


class Unreachable(SolveError):
    """No amount brings about what a goal or a commitment asks for; the message gives the closest that one can."""


class MissingExtra(ComityError):
    """An optional dependency is needed; the message holds the install command."""

    exit_code = 5
