"""What the user sees and does: one frozen state, the updates it takes, the effects they cause, the views."""
