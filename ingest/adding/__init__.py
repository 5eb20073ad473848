"""The page that says what to paste into a device, and sees whether something arrives.

`devices` is the table of kinds (`unix`, `windows`, `network`, `programs`), `place` says
where this machine is reached, `arrivals` what came since the page was opened, `views`
is the page.
"""
