"""The pages of the house, one folder per area; nothing here touches storage or delivery."""
