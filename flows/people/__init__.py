"""Who somebody is: contact facts and binding."""
