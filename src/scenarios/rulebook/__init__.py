"""The law book: every mechanism of the model, one small rule at a time.

In a step the coercer moves (`coercer`), then the client earns, holds on or ends (`client`), then every patron takes
notice (`notice`), perhaps reviews its posture (`reviewing`, `choice`) and delivers (`delivery`). Patrons see coercer
and client as of this step and each other as of the last. Chance arrives as numbers `u` in (0, 1). Who calls what, and
on which rows, stands in `scenarios.engine.steps`. (docs/model.md, section 3)
"""
