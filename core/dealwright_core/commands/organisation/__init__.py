"""The organisation (组织): careers of members, the tree of teams, deputies, and what may never become of them."""
