"""What this plugin says, in the language of whoever reads: translations are in ``locale``."""

from dealwright import Texts

_ = Texts("dealwright_bonus")
