"""The wizard: from a choice to a letter read and sealed, one question a page. It must never hold a legal rule."""
