"""What is paid of what was earned: releases, clawbacks, holds, draws, caps and balances."""
