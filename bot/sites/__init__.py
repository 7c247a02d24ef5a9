"""The links of campaigns, looked up before anybody approves them (死链)."""
