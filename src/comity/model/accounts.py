"""What outcomes are read from, and its exact derivative in the direction of a policy."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
from jax import Array

from comity.model import welfare
from comity.model.closures import Rules
from comity.model.economy import Economy, Numbers, Policy
from comity.model.equations import State
from comity.model.equilibrium import QUICK_BUILD, flatten, solve_linear, step_of, unflatten
from comity.model.ledger import baseline, ledger
from comity.model.outcome import Outcome


class Accounts(NamedTuple):
    """Regional measures by name ``[n]``; border values ``flow[j, n, i]``, all uses; output ``Q[n, k]`` (hat) and cost
    value ``K[n, k]``. Money in shares of baseline world factor income."""

    values: dict[str, Numbers]
    flow: Numbers
    Q: Numbers
    K: Numbers


def accounts(e: Economy, q: Policy, rules: Rules, z: State) -> Accounts:
    """The accounts at a state."""
    a = ledger(e, q, rules, z)
    return Accounts(welfare.measures(a, baseline(e, q, rules)), a.flow.sum(0), a.Q, a.K)


def accounts_of(o: Outcome) -> Accounts:
    """The accounts of an outcome."""
    return Accounts(o.values, o.after.flow.sum(0), o.after.Q, o.after.K)


def baseline_accounts(o: Outcome) -> Accounts:
    """The accounts of the baseline that an outcome is measured from."""
    return Accounts(welfare.measures(o.before, o.before), o.before.flow.sum(0), o.before.Q, o.before.K)


@partial(jax.jit, static_argnames=("rules",), compiler_options=QUICK_BUILD)
def push(e: Economy, q: Policy, rules: Rules, z: State, direction: Policy) -> Accounts:
    """The derivative of the accounts of the equilibrium `z` as the policy `q` moves in a direction.

    By the implicit function theorem: the step of a sweep, zero at the equilibrium, is linearised in the state and in
    the policy, and one linear solve gives how the state moves. Exact; costs about one solve.

    Args:
        e, q, rules, z: an equilibrium.
        direction: derivative of each array of the policy by some number.

    Returns:
        The derivative of each account by that number.
    """
    here = flatten(z)
    by_policy: Array = jax.jvp(lambda at: step_of(e, at, rules)(here), (q,), (direction,))[1]
    operator = jax.linearize(step_of(e, q, rules), here)[1]
    moved = unflatten(solve_linear(operator, -by_policy), e)
    pushed: Accounts = jax.jvp(lambda at, state: accounts(e, at, rules, state), (q, z), (direction, moved))[1]
    return pushed
