"""What people write in comments: `grammar` finds the commands, `table` says what each verb does."""
