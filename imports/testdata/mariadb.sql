/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: acme
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `Orders`
--

DROP TABLE IF EXISTS `Orders`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `Orders` (
  `OrderId` int(11) NOT NULL,
  `CustomerName` varchar(50) DEFAULT NULL,
  `CustomerEmail` varchar(50) DEFAULT NULL,
  `CustomerPhone` varchar(30) DEFAULT NULL,
  `CustomerStreet` varchar(50) DEFAULT NULL,
  `CustomerCity` varchar(30) DEFAULT NULL,
  `CustomerType` varchar(3) DEFAULT NULL,
  `CustomerMarket` varchar(2) DEFAULT NULL,
  `OrderedProducts` varchar(200) DEFAULT NULL,
  `TotalPrice` int(11) DEFAULT NULL,
  `DeliveryTime` varchar(13) DEFAULT NULL,
  `Status` varchar(16) DEFAULT NULL,
  `OrgNumber` varchar(20) DEFAULT NULL,
  `TestId` int(11) DEFAULT NULL,
  UNIQUE KEY `OrderId` (`OrderId`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `Orders`
--

LOCK TABLES `Orders` WRITE;
/*!40000 ALTER TABLE `Orders` DISABLE KEYS */;
INSERT INTO `Orders` VALUES
(12,'Señora','s@example.com','1','Calle 1','Ciudad','B2C','MX','BB001',15000,'1614621600','DELIVERY_BOOKED',NULL,NULL),
(13,'Test','test','1','Calle 1','Ciudad','B2C','US','BB001,BA002',12300,'','PLACED','0',666),
(86757,'O\'\'Brien; DROP TABLE','o@example.com','1','Line\nTwo','C','B2B','US','EX001',30000,NULL,'STOCKED','00123456',0),
(9535446,'Zoë O\'Neil 🌵','zoe@example.com','321321321','Rue d\'Été \\ 1','東京','B2C','US','BB001,LB001',30000,'1795276800000','DELIVERY_BOOKED','0',0);
/*!40000 ALTER TABLE `Orders` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `Other`
--

DROP TABLE IF EXISTS `Other`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `Other` (
  `a` int(11) DEFAULT NULL,
  `b` text DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `Other`
--

LOCK TABLES `Other` WRITE;
/*!40000 ALTER TABLE `Other` DISABLE KEYS */;
INSERT INTO `Other` VALUES
(1,'); INSERT INTO `Orders` VALUES (1);'),
(2,'\\\' -- x');
/*!40000 ALTER TABLE `Other` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-29  8:05:11
