"""What people may enter, checked, with sentences that say what is wrong."""
