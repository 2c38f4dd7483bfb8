"""Value added that is embodied in final use, along the whole chain: the accounting of Leontief for the world.

Output follows from final use through all its inputs, ``K = A K + f``, so ``K = (I - A)^-1 f``, and each unit of output
holds the value added ``v`` of who made it (Leontief 1936; Johnson and Noguera 2012, JIE 86, section 2). Everything that
final users buy is value added of someone: nothing but tariffs and taxes is left over, and those are not in a `Chain`.
This counts dollars that stand in what is used. It does not say what could be bought elsewhere.
"""

from __future__ import annotations

import numpy as np

from comity.exposure.chain import Chain
from comity.world.world import Floats


def embodied_by_product(chain: Chain) -> Floats:
    """Value added by product that is used: ``[j, n, i]``, that of region i in n's final use of product j.

    One linear solve for the value added of each region in a unit of each output, ``W (I - A) = v`` by region; then what
    is bought of each.

    Args:
        chain: sourcing, final use and cost shares.

    Returns:
        US$ million, ``[j, n, i]``.

    Example:
        Half of what R1 makes is an input from R0, so that R0 has half of the value added of what R1 uses:

        >>> home, half = np.eye(2), np.array([[[0.0]], [[0.5]]])
        >>> toy = Chain(np.array([[[1.0, 0.0], [1.0, 0.0]]]), 10 * home[None], half, 1 - half[:, 0])
        >>> embodied_by_product(toy).round(6).tolist()
        [[[10.0, 0.0], [5.0, 5.0]]]
    """
    regions, sectors = chain.v.shape
    own = np.einsum("im,ik->mki", np.eye(regions), chain.v).reshape(-1, regions)
    content = np.linalg.solve(np.eye(own.shape[0]) - chain.inputs.T, own).reshape(regions, sectors, regions)
    return np.asarray(np.einsum("jnm,mji->jni", chain.final, content))


def embodied_by_maker(chain: Chain) -> Floats:
    """Value added by industry that makes it: ``[n, i, k]``, that of industry k in region i in n's final use.

    One linear solve for the output that each region's final use calls for, everywhere.

    Args:
        chain: sourcing, final use and cost shares.

    Returns:
        US$ million, ``[n, i, k]``. Summed over k it is `embodied_by_product` summed over j.
    """
    regions, sectors = chain.v.shape
    asked = chain.final.transpose(2, 0, 1).reshape(-1, regions)
    made = np.linalg.solve(np.eye(asked.shape[0]) - chain.inputs, asked).reshape(regions, sectors, regions)
    return np.asarray(np.einsum("ikn,ik->nik", made, chain.v))


def rounds(chain: Chain, number: int) -> Floats:
    """Value added ``[n, i, k]`` after some rounds of supply: makers of what is used, their suppliers, and so on.

    `embodied_by_maker` is the limit; the difference shows how long the chain is.

    Args:
        chain: sourcing, final use and cost shares.
        number: of rounds, at least 1; 1 is the makers alone.

    Returns:
        US$ million, ``[n, i, k]``.
    """
    regions, sectors = chain.v.shape
    asked = chain.final.transpose(2, 0, 1).reshape(-1, regions)
    coefficients, made = chain.inputs, asked
    for _ in range(number - 1):
        made = asked + coefficients @ made
    return np.asarray(np.einsum("ikn,ik->nik", made.reshape(regions, sectors, regions), chain.v))
