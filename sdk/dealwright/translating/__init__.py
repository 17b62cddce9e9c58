"""Catalogues of translations: what a package says, and what of it nobody has translated. Needs the extra ``i18n``."""

from dealwright.translating.catalogue import Lack, compiled, lacks, updated
from dealwright.translating.messages import Message, messages_in

__all__ = ["Lack", "Message", "compiled", "lacks", "messages_in", "updated"]
