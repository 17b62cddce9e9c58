"""What each shipped role may do, written down by hand: the matrix test holds the platform to it.

Groups of kinds are read, written (added and changed) and approved within a scope, ``-`` for not at all.
"""

from typing import Final

# To which group the records of a kind belong. A kind that is new stands here before the matrix passes.
GROUPS: Final = {
    "customer": "customers", "contact": "people", "opportunity": "deals", "opportunity_line": "deals",
    "stage_move": "deals", "activity": "work", "survey": "work", "world_note": "work", "direct_account": "work",
    "contract": "contracts", "contract_line": "contracts", "transaction": "money", "sales_split": "splits",
    "pay_hold": "holds",
    "team": "organisation", "member": "organisation", "position": "organisation", "deputation": "organisation",
    "product": "products", "exchange_rate": "rates",
    "target": "targets", "access_grant": "grants", "pay_adjustment": "adjustments", "pay_dispute": "adjustments",
    "direct_territory": "territories", "direct_assignment": "territories", "quota_plan": "plans",
    "qualification": "deals", "qualification_traits": "work",
    "segmentation": "work", "segmentation_past": "work", "segmentation_key": "work",
    "appraisal": "work", "appraisal_rating": "work", "appraisal_result": "results", "appraisal_market_index": "plans",
}  # fmt: skip

READ: Final = {
    #                  rep    supervisor manager   director finance archive-keeper auditor admin  integrator
    "customers":    "  own    team       subtree   all      all     all            all     -      all",
    "people":       "  own    team       subtree   all      -       -              all     -      all",
    "deals":        "  own    team       subtree   all      all     -              all     -      all",
    "work":         "  own    team       subtree   all      -       -              all     -      all",
    "contracts":    "  own    team       subtree   all      all     all            all     -      all",
    "money":        "  own    team       subtree   all      all     -              all     -      all",
    "splits":       "  own    team       subtree   all      -       -              all     -      all",
    "holds":        "  own    team       subtree   all      -       -              all     -      all",
    "organisation": "  all    all        all       all      all     all            all     all    all",
    "products":     "  all    all        all       all      all     all            all     all    all",
    "rates":        "  all    all        all       all      all     all            all     all    all",
    "targets":      "  own    team       subtree   all      all     -              all     -      all",
    "adjustments":  "  own    team       subtree   all      all     -              all     -      all",
    "grants":       "  -      -          -         all      -       all            all     -      all",
    "territories":  "  all    all        all       all      all     all            all     all    all",
    "plans":        "  all    all        all       all      all     all            all     all    all",
    "results":      "  nobody nobody     nobody    all      -       -              all     -      all",
    "journal":      "  -      -          -         all      -       -              all     -      all",
}  # fmt: skip

WRITE: Final = {
    #                  rep    supervisor manager   director finance archive-keeper auditor admin  integrator
    "customers":    "  own    team       subtree   all      -       -              -       -      all",
    "people":       "  own    team       subtree   all      -       -              -       -      all",
    "deals":        "  own    team       subtree   all      -       -              -       -      all",
    "work":         "  own    team       subtree   all      -       -              -       -      all",
    "contracts":    "  own    team       subtree   all      -       -              -       -      all",
    "money":        "  -      -          -         -        all     -              -       -      all",
    "splits":       "  -      -          -         all      -       -              -       -      all",
    "holds":        "  -      -          -         all      -       -              -       -      all",
    "organisation": "  -      -          -         -        -       -              -       all    all",
    "products":     "  -      -          -         -        -       -              -       -      all",
    "rates":        "  -      -          -         -        all     -              -       -      all",
    "targets":      "  -      -          -         all      -       -              -       -      all",
    "adjustments":  "  -      -          -         all      -       -              -       -      all",
    "grants":       "  -      -          -         -        -       -              -       -      all",
    "territories":  "  -      -          all       all      -       -              -       -      all",
    "plans":        "  -      -          -         all      -       -              -       -      all",
    "results":      "  nobody nobody     nobody    all      -       -              -       -      all",
}  # fmt: skip

EXPORT: Final = {
    #                  rep    supervisor manager   director finance archive-keeper auditor admin  integrator
    "customers":    "  -      -          -         all      all     -              -       -      all",
    "people":       "  -      -          -         all      -       -              -       -      all",
    "deals":        "  -      -          -         all      -       -              -       -      all",
    "work":         "  -      -          -         all      -       -              -       -      all",
    "contracts":    "  -      -          -         all      all     -              -       -      all",
    "money":        "  -      -          -         all      all     -              -       -      all",
    "splits":       "  -      -          -         all      -       -              -       -      all",
    "holds":        "  -      -          -         all      -       -              -       -      all",
    "organisation": "  -      -          -         -        -       -              -       all    all",
    "products":     "  -      -          -         -        -       -              -       -      all",
    "rates":        "  -      -          -         -        -       -              -       -      all",
    "targets":      "  -      -          -         all      -       -              -       -      all",
    "adjustments":  "  -      -          -         all      -       -              -       -      all",
    "grants":       "  -      -          -         -        -       -              -       -      all",
    "territories":  "  -      -          -         -        -       -              -       -      all",
    "plans":        "  -      -          -         -        -       -              -       -      all",
    "results":      "  -      -          -         all      -       -              -       -      all",
}  # fmt: skip

OTHERWISE: Final = {
    #                  rep    supervisor manager   director finance archive-keeper auditor admin  integrator
    "approve":      "  -      team       subtree   all      -       -              -       -      -",
    "grant":        "  -      -          -         all      -       all            -       -      -",
    "report":       "  all    all        all       all      all     -              all     -      all",
    "explain":      "  all    all        all       all      all     all            all     all    all",
    "evaluate":     "  -      -          -         all      -       -              -       -      all",
    "run":          "  own    team       subtree   all      -       -              -       -      all",
    "audit":        "  -      -          -         all      all     -              all     -      all",
    "erase":        "  -      -          -         all      -       -              -       all    -",
    "export":       "  -      -          -         all      -       -              -       -      all",
    "operate":      "  -      -          -         -        -       -              -       all    all",
    "import":       "  -      -          -         -        -       -              -       -      all",
}  # fmt: skip

# Which fields are shown of a record that is seen: those that are personal, and those that are confidential.
CLASSES: Final = {
    "personal":     "  yes    yes        yes       yes      no      no             yes     yes    yes",
    "confidential": "  no     no         yes       yes      yes     no             yes     no     yes",
}  # fmt: skip

ROLES: Final = "rep supervisor manager director finance archive-keeper auditor admin integrator".split()

# Commands of every kind of record.
OF_RECORDS: Final = {"list": "read", "show": "read", "history": "read", "add": "write", "change": "write"}
# All others: what each asks for, and of which records. A report on a record needs the right to read it, too.
COMMANDS: Final = {
    "access.explain": "explain", "access.grant": "grant", "access.grants": "grant", "access.revoke": "grant",
    "appraisal.open": "evaluate", "appraisal.compute": "evaluate", "appraisal.explain": "read appraisal",
    "appraisal.advance": "write appraisal", "appraisal.appeal": "write appraisal",
    "appraisal.invite": "write appraisal", "appraisal.publish": "write appraisal",
    "appraisal.reopen": "write appraisal", "appraisal.review": "write appraisal",
    "appraisal.rate": "write appraisal_rating", "appraisal.self-rate": "write appraisal",
    "channel.list": "report", "scheme.list": "report", "scheme.show": "report",
    "plan.check": "report", "plan.list": "report", "plan.show": "report",
    "pay.run": "evaluate", "pay.approve": "evaluate", "pay.pay": "evaluate", "pay.close": "evaluate",
    "pay.discard": "evaluate", "pay.ledger": "audit", "pay.list": "report", "pay.statement": "report target",
    "pay.explain": "report", "pay.payments": "report", "pay.simulate": "report", "pay.solve": "report",
    "pay.adjust": "evaluate", "pay-adjustment.add": "evaluate", "pay-adjustment.change": "evaluate",
    "pay.adjustments": "read pay_adjustment", "pay.disputes": "read pay_dispute", "pay.dispute": "run",
    "pay.withdraw": "run", "pay.answer": "evaluate", "pay.resolve": "evaluate",
    "pay.hold": "evaluate", "pay.release": "evaluate", "pay.holds": "report",
    "channel.suggest": "report opportunity", "score": "report opportunity",
    "contract.advance": "write contract", "contract.request-approval": "write contract",
    "contract.approve": "approve", "contract.reject": "approve",
    "customer.duplicates": "read customer", "customer.merge": "write customer",
    "deputation.end": "write deputation", "position.deputise": "write deputation",
    "evaluate": "evaluate", "evaluation.close": "evaluate", "evaluation.refresh": "evaluate",
    "evaluation.diff": "report", "evaluation.list": "report",
    "evaluation.runs": "report", "explain": "report",
    "direct.assign": "write direct_assignment", "funnel.plan": "report",
    "quota.approve": "write quota_plan", "quota.cascade": "write target", "quota.headcount": "report target",
    "quota.reopen": "write quota_plan", "quota.show": "read target", "quota-plan.advance": "write quota_plan",
    "member.hand-over": "run", "world.do": "run", "world.fill": "run", "world.organise": "run",
    "journal.list": "read journal",
    "member.hire": "write member", "member.leave": "write member", "member.move": "write member",
    "member.promote": "write member",
    "opportunity.advance": "write opportunity", "org.tree": "read team",
    "qualification.assess": "write opportunity", "qualification-traits.assess": "write qualification_traits",
    "person.erase": "erase", "person.export": "export",
    "segmentation.assess": "write segmentation", "segmentation.explain": "read segmentation",
    "segmentation.classify": "evaluate",
    "segmentation-key.nominate": "write segmentation_key", "segmentation-key.end": "write segmentation_key",
}  # fmt: skip
